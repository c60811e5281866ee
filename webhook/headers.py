"""What every answer to a browser carries, who may post a form here, and how a cookie is kept (S25, S26)."""

from urllib.parse import urlsplit

from flask import Flask, Request, Response, request

from storage import settings

HOURS = 12  # that a cookie lives (S25)
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'self'"
)
CARRIED = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
FOR_MACHINES = "/webhook/"  # these prove who they are by a secret or a signature
FETCHED = "/media/"  # by the messengers, from elsewhere
SAFE = {"GET", "HEAD", "OPTIONS"}


def guard(app: Flask) -> None:
    """Have the app refuse foreign forms and dress every answer."""
    app.before_request(refuse_foreign)
    app.after_request(dress)


def refuse_foreign() -> Response | None:
    """A form that another site's page sends with our visitor's cookie is refused (S25)."""
    if request.method in SAFE or request.path.startswith(FOR_MACHINES) or ours(request):
        return None
    return Response("forbidden", 403, content_type="text/plain")


def ours(asked: Request) -> bool:
    """Does it come from a page of ours? Browsers say so; whoever says nothing may not lean on a cookie.

    Origin alone is not enough: under our Referrer-Policy browsers say "null" there (Fetch: origin header).
    """
    site = asked.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")  # none: typed or reloaded by the reader
    origin = asked.headers.get("Origin")
    if origin is not None and origin != "null":
        return origin in (_origin(settings.current().public_url), _origin(asked.host_url))
    return not asked.cookies


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def dress(response: Response) -> Response:
    """What every answer carries unless its page said better (S26)."""
    if request.path.startswith(FOR_MACHINES):
        return response
    for name, value in CARRIED.items():
        response.headers.setdefault(name, value)
    if request.path.startswith(FETCHED):
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    if secure():
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def secure() -> bool:
    """Do browsers reach us by https?"""
    return settings.current().public_url.startswith("https://")


def keep(response: Response, name: str, value: str, hours: int = HOURS) -> Response:
    """Give the browser a cookie that no script reads, no other site sends and no plain http carries.

    name: without prefix; on https browsers tie it to this host alone (RFC 6265bis: __Host-).
    """
    response.set_cookie(
        cookie(name), value, max_age=hours * 3600, path="/", httponly=True, samesite="Lax", secure=secure()
    )
    return response


def drop(response: Response, name: str) -> Response:
    """Take the cookie back."""
    response.delete_cookie(cookie(name), path="/", httponly=True, samesite="Lax", secure=secure())
    return response


def kept(name: str) -> str:
    """The value of the cookie that came with this request; empty without one."""
    return request.cookies.get(cookie(name), "")


def cookie(name: str) -> str:
    """The cookie's whole name here."""
    return f"__Host-{name}" if secure() else name
