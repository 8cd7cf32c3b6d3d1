"""The tables, as the migrations that lead to them. A released migration is never edited: add the next one."""

MILEPOST = (
    """
    CREATE TABLE epochs (epoch TEXT PRIMARY KEY, opened TEXT NOT NULL) WITHOUT ROWID;
    CREATE INDEX epochs_by_hour ON epochs (opened);
    CREATE TABLE events (
        epoch TEXT NOT NULL, version INTEGER NOT NULL, nonce TEXT NOT NULL, body BLOB,
        PRIMARY KEY (epoch, version)
    ) WITHOUT ROWID;
    CREATE TABLE sites (name TEXT PRIMARY KEY, site TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE keys (
        id TEXT PRIMARY KEY, digest TEXT NOT NULL UNIQUE, scope TEXT NOT NULL, sites TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE imports (
        epoch TEXT PRIMARY KEY, site_id TEXT NOT NULL, start TEXT NOT NULL, "end" TEXT NOT NULL,
        lines INTEGER NOT NULL, events INTEGER NOT NULL, origin TEXT NOT NULL, finished INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX imports_by_start ON imports (site_id, start);
    CREATE TABLE drops (
        day TEXT NOT NULL, site TEXT NOT NULL, reason TEXT NOT NULL, events INTEGER NOT NULL,
        PRIMARY KEY (day, site, reason)
    ) WITHOUT ROWID;
    CREATE TABLE milestones (
        site TEXT NOT NULL, page TEXT NOT NULL, threshold INTEGER NOT NULL, milestone_id TEXT NOT NULL,
        reached_at INTEGER NOT NULL, notified_at INTEGER,
        PRIMARY KEY (site, page, threshold)
    ) WITHOUT ROWID;
    CREATE INDEX milestones_by_time ON milestones (site, reached_at, threshold, milestone_id);
    CREATE TABLE outbox (
        site TEXT NOT NULL, page TEXT NOT NULL, threshold INTEGER NOT NULL, mail_id TEXT,
        PRIMARY KEY (site, page, threshold)
    ) WITHOUT ROWID;
    CREATE TABLE mails (
        mail_id TEXT PRIMARY KEY, site TEXT NOT NULL, day TEXT NOT NULL, sent_at INTEGER
    ) WITHOUT ROWID;
    CREATE TABLE silences (
        site TEXT NOT NULL, holder TEXT NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (site, holder)
    ) WITHOUT ROWID;
    """,
)

VIEWS = (
    """
    CREATE TABLE projections (
        version INTEGER PRIMARY KEY, state TEXT NOT NULL, rules TEXT NOT NULL, timezones TEXT NOT NULL,
        closed TEXT NOT NULL DEFAULT ''
    );
    CREATE TABLE watermarks (
        version INTEGER NOT NULL, epoch TEXT NOT NULL, applied INTEGER NOT NULL, PRIMARY KEY (version, epoch)
    ) WITHOUT ROWID;
    CREATE TABLE counts (
        version INTEGER NOT NULL, site TEXT NOT NULL, view TEXT NOT NULL, bucket TEXT NOT NULL, page TEXT NOT NULL,
        pageviews INTEGER NOT NULL, bot_pageviews INTEGER NOT NULL,
        visitors INTEGER NOT NULL, bot_visitors INTEGER NOT NULL, all_visitors INTEGER NOT NULL,
        PRIMARY KEY (version, site, view, bucket, page)
    ) WITHOUT ROWID;
    CREATE TABLE visitor_sets (
        version INTEGER NOT NULL, site TEXT NOT NULL, view TEXT NOT NULL, bucket TEXT NOT NULL, page TEXT NOT NULL,
        visitors BLOB NOT NULL, bot_visitors BLOB NOT NULL,
        PRIMARY KEY (version, site, view, bucket, page)
    );
    CREATE TABLE seals (site TEXT PRIMARY KEY, day TEXT NOT NULL, erased TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE quarantine (
        version INTEGER NOT NULL, epoch TEXT NOT NULL, event INTEGER NOT NULL, reason TEXT NOT NULL,
        PRIMARY KEY (version, epoch, event)
    ) WITHOUT ROWID;
    """,
    # With row ids: in a table without, large blobs would stand in the way of every search for a key.
    """
    CREATE TABLE day_blobs (
        version INTEGER NOT NULL, site TEXT NOT NULL, collection TEXT NOT NULL, key TEXT NOT NULL, blob BLOB NOT NULL,
        PRIMARY KEY (version, site, collection, key)
    );
    """,
)

SALTS = ("CREATE TABLE salts (day TEXT PRIMARY KEY, salt BLOB) WITHOUT ROWID",)
