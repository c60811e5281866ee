"""The yardstick: a Flask endpoint that checks the secret, parses the same body and does nothing."""

import hmac
import os

from flask import Flask, Response, request


def create_app() -> Flask:
    """The app; it reads the same secret as the service."""
    app, secret = Flask(__name__), os.environ["TELEGRAM_WEBHOOK_SECRET"].encode()

    @app.post("/webhook/telegram")
    def listen() -> Response:
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "").encode()
        if not hmac.compare_digest(given, secret):
            return Response("forbidden", 403)
        update = request.get_json()
        return Response("", 200 if update["update_id"] else 400)

    return app
