"""The playground: emulated Telegram and Twilio, and a page of phones to play with."""
