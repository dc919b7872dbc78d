-- What happened to accounts: who, what, when, from where. Written in the transaction of what it
-- tells of, and never changed.

CREATE TABLE audit (
    user_id    uuid        NOT NULL,  -- whose account; all zeros: an account that does not exist
    audit_id   uuid        NOT NULL,  -- UUIDv7: in the order of time
    at         timestamptz NOT NULL,
    actor_id   uuid,                  -- who did it; NULL: nobody known, or this service itself
    action     text        NOT NULL,
    address    text        NOT NULL,  -- empty when it came from no request
    user_agent text        NOT NULL,
    PRIMARY KEY (user_id, audit_id)
);
CREATE INDEX audit_newest ON audit (audit_id);

-- Append-only. The service's role owns the table, since it applies this file, so it also loses the
-- owner's own rights to change rows; whoever gets a statement past the service (the prepared ones
-- only insert and select) is refused by the database.
REVOKE UPDATE, DELETE, TRUNCATE ON audit FROM PUBLIC, CURRENT_USER;

-- And once more for whoever has the rights all the same: a superuser, or an owner who granted them
-- back. Neither stops an owner who changes the table itself; the README says how to take that away.
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
