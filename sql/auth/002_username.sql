-- People may sign up with a user name instead of an e-mail address, or with both.
-- account.email is '' for who has none: the release before this one reads it as text that is there.

ALTER TABLE account ADD COLUMN username text;  -- as the user wrote it

-- Who owns a user name, as account_email for addresses. A user name holds no @, an address does.
CREATE TABLE account_username (
    username_key text PRIMARY KEY,  -- normalised: lower case
    user_id      uuid NOT NULL
);
