-- What an account may do, and whether it may be used. The first admin is made by command
-- (auth-service admin grant), never by a request.

ALTER TABLE account
    ADD COLUMN role text NOT NULL DEFAULT 'user' CHECK (role IN ('user', 'admin')),
    ADD COLUMN locked_at timestamptz;  -- NULL: it may be used
CREATE INDEX account_admins ON account (user_id) WHERE role = 'admin';
