"""All tables of the four schemas."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE people.person (
    id UUID NOT NULL,
    external_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    email VARCHAR,
    team VARCHAR NOT NULL,
    roles TEXT[] NOT NULL,
    language VARCHAR NOT NULL,
    timezone VARCHAR NOT NULL,
    facets JSONB NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (external_id),
    UNIQUE (email)
);

CREATE INDEX person_team ON people.person (team);

CREATE TABLE platform.delivery (
    wave_id UUID NOT NULL,
    person_id UUID NOT NULL,
    cohort VARCHAR NOT NULL,
    platform VARCHAR NOT NULL,
    address VARCHAR NOT NULL,
    chunk INTEGER NOT NULL,
    due TIMESTAMP WITH TIME ZONE NOT NULL,
    state VARCHAR NOT NULL,
    attempts INTEGER NOT NULL,
    sent BOOLEAN NOT NULL,
    message VARCHAR,
    remind_due TIMESTAMP WITH TIME ZONE,
    reminder VARCHAR NOT NULL,
    PRIMARY KEY (wave_id, person_id)
);

CREATE INDEX delivery_due ON platform.delivery (state, due);

CREATE TABLE platform.digest_delivery (
    seq INTEGER NOT NULL,
    person_id UUID NOT NULL,
    due TIMESTAMP WITH TIME ZONE NOT NULL,
    attempts INTEGER NOT NULL,
    PRIMARY KEY (seq, person_id)
);

CREATE TABLE platform.digest_due (
    seq SERIAL NOT NULL,
    due TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (seq)
);

CREATE TABLE platform.link (
    id BYTEA NOT NULL,
    subject VARCHAR NOT NULL,
    purpose VARCHAR NOT NULL,
    expires TIMESTAMP WITH TIME ZONE NOT NULL,
    once BOOLEAN NOT NULL,
    spent BOOLEAN NOT NULL,
    revoked BOOLEAN NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_platform_link_subject ON platform.link (subject);

CREATE TABLE platform.mark (
    name VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    PRIMARY KEY (name)
);

CREATE TABLE platform.record (
    platform VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (platform, key)
);

CREATE TABLE surveys.cohort (
    id VARCHAR NOT NULL,
    parent VARCHAR,
    name VARCHAR NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT cohort_name UNIQUE (parent, name),
    FOREIGN KEY(parent) REFERENCES surveys.cohort (id)
);

CREATE TABLE surveys.release (
    seq SERIAL NOT NULL,
    survey VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    head JSONB NOT NULL,
    hash VARCHAR NOT NULL,
    PRIMARY KEY (seq)
);

CREATE TABLE surveys.release_cell (
    node VARCHAR NOT NULL,
    seq INTEGER NOT NULL,
    item VARCHAR NOT NULL,
    content JSONB NOT NULL,
    PRIMARY KEY (node, seq, item)
);

CREATE TABLE surveys.release_document (
    seq SERIAL NOT NULL,
    document BYTEA NOT NULL,
    PRIMARY KEY (seq)
);

CREATE TABLE surveys.release_node (
    seq INTEGER NOT NULL,
    node VARCHAR NOT NULL,
    content JSONB NOT NULL,
    PRIMARY KEY (seq, node)
);

CREATE TABLE surveys.response (
    wave_id UUID NOT NULL,
    slot BYTEA NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (wave_id, slot)
)
 PARTITION BY LIST (wave_id);

CREATE TABLE surveys.survey (
    id VARCHAR NOT NULL,
    title_nl VARCHAR NOT NULL,
    title_en VARCHAR NOT NULL,
    cron VARCHAR NOT NULL,
    timezone VARCHAR NOT NULL,
    window_length INTERVAL NOT NULL,
    remind_after INTERVAL,
    quiet_start TIME WITHOUT TIME ZONE NOT NULL,
    quiet_end TIME WITHOUT TIME ZONE NOT NULL,
    holidays VARCHAR,
    paused BOOLEAN NOT NULL,
    simulated BOOLEAN NOT NULL,
    next_fire TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE surveys.wave_node (
    wave_id UUID NOT NULL,
    node VARCHAR NOT NULL,
    parent VARCHAR,
    name VARCHAR NOT NULL,
    head_count INTEGER NOT NULL,
    PRIMARY KEY (wave_id, node)
);

CREATE TABLE surveys.wave_salt (
    wave_id UUID NOT NULL,
    salt BYTEA NOT NULL,
    PRIMARY KEY (wave_id)
)
 PARTITION BY LIST (wave_id);

ALTER TABLE surveys.wave_salt ALTER salt SET STATISTICS 0;

ALTER TABLE surveys.response ALTER slot SET STATISTICS 0, ALTER sealed SET STATISTICS 0;

CREATE TABLE people.address (
    person_id UUID NOT NULL,
    platform VARCHAR NOT NULL,
    address VARCHAR NOT NULL,
    PRIMARY KEY (person_id, platform),
    CONSTRAINT address_once UNIQUE (platform, address),
    FOREIGN KEY(person_id) REFERENCES people.person (id) ON DELETE CASCADE
);

CREATE TABLE people.manages (
    person_id UUID NOT NULL,
    node VARCHAR NOT NULL,
    PRIMARY KEY (person_id, node),
    FOREIGN KEY(person_id) REFERENCES people.person (id) ON DELETE CASCADE
);

CREATE TABLE people.preference (
    person_id UUID NOT NULL,
    moment TIME WITHOUT TIME ZONE,
    quiet_start TIME WITHOUT TIME ZONE,
    quiet_end TIME WITHOUT TIME ZONE,
    every INTEGER NOT NULL,
    channel VARCHAR,
    paused_until DATE,
    stopped BOOLEAN NOT NULL,
    language VARCHAR,
    PRIMARY KEY (person_id),
    FOREIGN KEY(person_id) REFERENCES people.person (id) ON DELETE CASCADE
);

CREATE TABLE people.shift (
    person_id UUID NOT NULL,
    starts TIMESTAMP WITH TIME ZONE NOT NULL,
    ends TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (person_id, starts, ends),
    CONSTRAINT shift_forward CHECK (starts < ends),
    FOREIGN KEY(person_id) REFERENCES people.person (id) ON DELETE CASCADE
);

CREATE INDEX shift_span ON people.shift (starts, ends);

CREATE TABLE surveys.wave (
    id UUID NOT NULL,
    survey VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    items TEXT[] NOT NULL,
    asked JSONB NOT NULL,
    policy JSONB NOT NULL,
    opens TIMESTAMP WITH TIME ZONE NOT NULL,
    closes TIMESTAMP WITH TIME ZONE NOT NULL,
    state VARCHAR NOT NULL,
    key_id VARCHAR NOT NULL,
    closing_since TIMESTAMP WITH TIME ZONE,
    next_try TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    CONSTRAINT wave_number UNIQUE (survey, number),
    FOREIGN KEY(survey) REFERENCES surveys.survey (id)
);

CREATE UNIQUE INDEX wave_open ON surveys.wave (survey) WHERE state = 'open';
"""


def upgrade() -> None:
    """Create them."""
    for statement in TABLES.strip().removesuffix(";").split(";\n"):
        op.execute(statement)
