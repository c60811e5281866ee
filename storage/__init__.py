"""REMEMBERS: models with their rules; imports nothing of ours."""

import os
import sys
import types

if os.environ.get("DATABASE_URL", "").startswith("sqlite"):
    # peewee loads PostgreSQL's driver wherever it is installed: nine megabytes a process that SQLite has no use for.
    sys.modules.setdefault("psycopg", types.ModuleType("psycopg"))
