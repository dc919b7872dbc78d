-- What an operator's command did with a dead letter: written in the transaction of the effect, so
-- that a dead letter is dealt with once however often the command is given. A dead letter is known
-- by where its record stood, when it first failed and how often it was tried; that tells apart a
-- record that failed again, a topic that was made anew, and a dead letter that came twice.
CREATE TABLE dead_letter_handled (
    topic         text        NOT NULL, -- the record's own, not the one of dead letters
    partition     integer     NOT NULL,
    record_offset bigint      NOT NULL,
    first_failure timestamptz NOT NULL,
    attempts      integer     NOT NULL,
    outcome       text        NOT NULL
        CHECK (outcome IN ('replayed', 'skipped', 'failed_again', 'dropped')),
    handled_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (topic, partition, record_offset, first_failure, attempts)
);
-- Both are purged by age, in small batches.
CREATE INDEX dead_letter_handled_at ON dead_letter_handled (handled_at);
CREATE INDEX outbox_refused_at ON outbox_refused (refused_at);
