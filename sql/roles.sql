-- Database, login roles and schemas of the suite. Run once as superuser, connected to any database;
-- running it again changes nothing but the passwords.
--
--   psql -v auth_service_password=… -v user_service_password=… \
--        -v expense_service_password=… -v deserialize_service_password=… -f sql/roles.sql
--
-- Each role owns exactly one schema and cannot see into another: services talk through Kafka only.
-- Tables are made by each service's own `migrate`, as its own role.

\set ON_ERROR_STOP on

SELECT 'CREATE DATABASE expenses_tracker ENCODING ''UTF8'' TEMPLATE template0'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'expenses_tracker') \gexec
\connect expenses_tracker

-- Names only: nothing of a client's ever enters these statements.
CREATE TEMPORARY TABLE wanted (role name, schema name, password text);
INSERT INTO wanted VALUES
    ('auth_service',        'auth',        :'auth_service_password'),
    ('user_service',        'users',       :'user_service_password'),
    ('expense_service',     'expense',     :'expense_service_password'),
    ('deserialize_service', 'deserialize', :'deserialize_service_password');

SELECT format('CREATE ROLE %I', role) FROM wanted
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) \gexec

SELECT format('ALTER ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD %L',
              role, password) FROM wanted \gexec

-- Nobody works in the database by virtue of merely existing.
REVOKE ALL ON DATABASE expenses_tracker FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
SELECT format('GRANT CONNECT ON DATABASE expenses_tracker TO %I', role) FROM wanted \gexec

SELECT format('CREATE SCHEMA IF NOT EXISTS %I AUTHORIZATION %I', schema, role) FROM wanted \gexec
SELECT format('ALTER SCHEMA %I OWNER TO %I', schema, role) FROM wanted \gexec
SELECT format('REVOKE ALL ON SCHEMA %I FROM PUBLIC', schema) FROM wanted \gexec
-- A name without a schema can only mean the role's own.
SELECT format('ALTER ROLE %I IN DATABASE expenses_tracker SET search_path = %I', role, schema) FROM wanted \gexec

-- What searches that forgive typing mistakes need; only a superuser may add it.
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA expense;

-- Limits behind the daemons' own, for the case that one of them is stuck. A consumer that was paused
-- inside its transaction (SIGSTOP, a swapped-out machine) holds rows its successor needs: such a session
-- is ended soon. `migrate` and background work that needs longer sets its own values.
SELECT format('ALTER ROLE %I IN DATABASE expenses_tracker SET %s', role, setting)
FROM wanted, unnest(ARRAY['idle_in_transaction_session_timeout = ''5s''',
                          'lock_timeout = ''10s''',
                          'statement_timeout = ''30s''',
                          'timezone = ''UTC''']) AS setting \gexec

DROP TABLE wanted;
