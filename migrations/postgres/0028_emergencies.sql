-- When an emergency was declared for a request; absent where none was. What a model may have in an environment depends on
-- those that it had there, whatever version and request they were for.
ALTER TABLE approval_request ADD COLUMN emergency_at TIMESTAMPTZ;
UPDATE approval_request SET emergency_at = (state::jsonb #>> '{emergency,at}')::timestamptz;
CREATE INDEX approval_request_emergency ON approval_request (environment, emergency_at) WHERE emergency_at IS NOT NULL;

-- How many emergencies were declared for a model in an environment: two at once meet here, so that both count.
CREATE TABLE emergency_turn (
    model_id    UUID NOT NULL REFERENCES model (id),
    environment TEXT NOT NULL,
    turns       BIGINT NOT NULL,
    PRIMARY KEY (model_id, environment)
);
