"""The peer: python-telegram-bot's own webhook application; one durable upsert and one answer an update."""

import os
import sqlite3
import sys

from telegram import Update
from telegram.ext import Application, CallbackQueryHandler, ContextTypes

Context = ContextTypes.DEFAULT_TYPE


def open_votes(path: str) -> sqlite3.Connection:
    """A table of votes, as durable as ours."""
    link = sqlite3.connect(path, isolation_level=None)
    for line in (
        "pragma journal_mode=wal",
        "pragma synchronous=full",
        "create table if not exists vote (person integer primary key, choice text)",
    ):
        link.execute(line)
    return link


def main(path: str, port: int, api: str) -> None:
    """Listen until told to stop."""
    votes = open_votes(path)

    async def vote(update: Update, _context: Context) -> None:
        query = update.callback_query
        assert query is not None
        votes.execute(
            "insert into vote values (?, ?) on conflict (person) do update set choice = excluded.choice",
            (query.from_user.id, query.data),
        )
        await query.answer("ok")

    builder = Application.builder().token(os.environ["TELEGRAM_BOT_TOKEN"]).base_url(api)
    application = builder.concurrent_updates(True).build()
    application.add_handler(CallbackQueryHandler(vote))
    application.run_webhook(
        listen="127.0.0.1",
        port=port,
        url_path="webhook/telegram",
        secret_token=os.environ["TELEGRAM_WEBHOOK_SECRET"],
        webhook_url=f"http://127.0.0.1:{port}/webhook/telegram",
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
