"""What the driver and the echo feature agree on."""

REMIND_EACH = 7  # inputs whose number is a multiple also set a timer
ANNOUNCE_EACH = 200  # these are also posted to the whole group
