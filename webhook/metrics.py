"""What /metrics says: read from the rows at the time of asking, and what this process counted (Prometheus: text)."""

import datetime as dt
from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from storage import alarms, facts, vitals
from webhook import counts

LATELY = dt.timedelta(minutes=5)
QUANTILES = (0.5, 0.95, 0.99)
# Facts that the worker noted: name, what it means. Empty until the first look.
NOTED = (
    ("noyau_telegram_pending_updates", vitals.PENDING, "Updates that wait at Telegram"),
    ("noyau_telegram_last_error_timestamp_seconds", vitals.LAST_ERROR, "Telegram's last failed delivery to us"),
    ("noyau_twilio_fetched_messages", vitals.FETCHED, "Messages that only the last catch-up brought"),
)


class Vitals(Collector):
    """All families, made anew at each scrape."""

    def collect(self) -> Iterator[Metric]:
        """The queue, what became of it, the messengers, what is wrong, and this process's webhooks."""
        yield gauge("noyau_posts", "Posts by state", ("platform", "state", "waits"), vitals.posts())
        yield gauge("noyau_oldest_due_seconds", "Age of the oldest due post", (), [(vitals.oldest(),)])
        results = ("platform", "kind", "result")
        yield gauge("noyau_sends", "What became of the posts of the kept days", results, vitals.sends())
        yield from _delivery()
        yield gauge("noyau_whatsapp_windows", "WhatsApp addresses", ("state",), vitals.windows().items())
        yield gauge("noyau_dead_letters", "Events that stopped us", ("error",), vitals.letters().items())
        standing = [(cause, 1) for cause in alarms.standing()]
        yield gauge("noyau_alarms", "What the operators were told of and is not over", ("cause",), standing)
        yield gauge("noyau_events", "Events that had their effect, of the kept year", (), [(vitals.events(),)])
        for name, fact, means in NOTED:
            if value := facts.fresh(fact):
                yield gauge(name, means, (), [(float(value),)])
        yield from _webhooks()


def text() -> bytes:
    """The whole page."""
    registry = CollectorRegistry()
    registry.register(Vitals())
    return bytes(generate_latest(registry))


def gauge(
    name: str, means: str, labels: tuple[str, ...], rows: Iterable[tuple[str | int | float, ...]]
) -> GaugeMetricFamily:
    """A family out of rows whose last column is the number."""
    family = GaugeMetricFamily(name, means, labels=labels)
    for *names, number in rows:
        family.add_metric([str(one) for one in names], float(number))
    return family


def _delivery() -> Iterator[Metric]:
    waits = vitals.waits(LATELY)
    yield gauge("noyau_delivered_lately", "Posts that went out in five minutes", (), [(vitals.delivered(LATELY),)])
    found = [(str(q), waits[int(q * len(waits))]) for q in QUANTILES if waits]
    yield gauge("noyau_delivery_seconds", "From due to sent, of those", ("quantile",), found)


def _webhooks() -> Iterator[Metric]:
    updates = CounterMetricFamily("noyau_updates", "Webhooks of this process", labels=("webhook", "status"))
    for (name, status), count in counts.results().items():
        updates.add_metric([name, status], count)
    yield updates
    seconds = HistogramMetricFamily("noyau_update_seconds", "How long their answers took", labels=("webhook",))
    for name, (buckets, total) in counts.times().items():
        seconds.add_metric([name], buckets, total)
    yield seconds
