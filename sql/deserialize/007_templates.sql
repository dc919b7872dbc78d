-- Formats that people taught. The text that one was made from is not kept: a pattern has its words only
-- where they are the bank's, and slots for everything else.
CREATE TABLE template (
    user_id    uuid NOT NULL,
    id         uuid NOT NULL,
    name       text NOT NULL,
    pattern    text NOT NULL,
    -- What the format means, in the words of the files of deserialize-service/templates/.
    says       text NOT NULL,
    merchant   text,
    -- The person would let everybody have it: an admin may look at it.
    offered_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, id),
    UNIQUE (user_id, name)
);
CREATE INDEX template_offered ON template (id) WHERE offered_at IS NOT NULL;

-- Those that an admin took for everybody: nobody's, so no user is named.
CREATE TABLE shared_template (
    id         uuid PRIMARY KEY,
    name       text NOT NULL UNIQUE,
    pattern    text NOT NULL,
    says       text NOT NULL,
    merchant   text,
    created_at timestamptz NOT NULL DEFAULT now()
);
