"""Downloads one document from an address on the public web, and from nowhere else.

The host's name is resolved here, every address it has must be public, and the connection goes to the address that was
checked: a name that answers differently the second time gains nothing. The same holds at every redirect. Proxies from
the environment are not used, because a proxy would resolve the name itself.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
import socket
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bedside.core.errors import DocumentError, OfflineError
from bedside.knowledge.ingest.content import printable

if TYPE_CHECKING:
    import httpx

FAILED = "BED-DOC-012"
REFUSED = "BED-DOC-013"
_YOURSELF = "Download the file yourself and give its path."
_REDIRECTS = 5
_ENDINGS = {
    "application/pdf": ".pdf",
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
_KNOWN = frozenset([*_ENDINGS.values(), ".htm", ".gz", ".tgz", ".jsonl", ".xml", ".csv", ".markdown"])
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Resolve = Callable[[str, int], Iterable[str]]


@dataclass(frozen=True)
class _Job:
    """What holds for one download: its limits, the moment it must be done, and how names are resolved."""

    limit_bytes: int
    deadline: float
    seconds: float
    resolve: Resolve


def addresses_of(host: str, port: int) -> list[str]:
    """Every address that the system knows for a host."""
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def download(
    url: str,
    folder: Path,
    *,
    offline: bool,
    limit_bytes: int = 50_000_000,
    seconds: float = 60.0,
    transport: httpx.BaseTransport | None = None,
    resolve: Resolve = addresses_of,
) -> Path:
    """Downloads a document into a folder.

    Args:
        url: an http or https address.
        folder: made if it is not there.
        offline: the setting; nothing is asked of the network while it is true.
        limit_bytes: the most the file may have.
        seconds: the most the whole download may take.
        transport: None for the network.
        resolve: gives the addresses of a host.

    Returns:
        The file: named after the address, with an ending that says what the server says it is.

    Raises:
        OfflineError: `offline` is true (BED-NET-001).
        DocumentError: the address is refused (013), or the download failed, was too large or took too long (012).
    """
    import httpx

    if offline:
        raise OfflineError(
            f"{printable(url)} would have to be downloaded, but `offline` is true.",
            "Set BEDSIDE_OFFLINE=false, or download the file yourself and give its path.",
        )
    job = _Job(limit_bytes, time.monotonic() + seconds, seconds, resolve)
    timeout = httpx.Timeout(min(seconds, 20.0))
    try:
        with httpx.Client(transport=transport, timeout=timeout, trust_env=False, follow_redirects=False) as client:
            return _follow(client, url, folder, job)
    except httpx.TimeoutException as error:
        raise _failed(url, "the server did not answer in time") from error
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        raise _failed(url, "the connection failed or the server broke it off") from error
    except OSError as error:
        raise _failed(url, f"the file cannot be written ({error.strerror or 'the system refused'})") from error


def _follow(client: httpx.Client, url: str, folder: Path, job: _Job) -> Path:
    """Goes from redirect to redirect until a document comes; each address is checked anew."""
    import httpx

    here = httpx.URL(url)
    for _ in range(_REDIRECTS + 1):
        request = _request(client, here, job)
        response = client.send(request, stream=True)
        try:
            if response.is_redirect:
                there = here.join(response.headers["location"])
                if here.scheme == "https" and there.scheme != "https":
                    raise _refused(str(there), "a secure address leads to one that is not")
                here = there
                continue
            if response.status_code != 200:
                raise _failed(str(here), f"the server answered {response.status_code}")
            return _save(response, str(here), folder, job)
        finally:
            response.close()
    raise _failed(url, f"it redirects more than {_REDIRECTS} times")


def _request(client: httpx.Client, url: httpx.URL, job: _Job) -> httpx.Request:
    """The request for an address, sent to a checked IP address under the host's own name."""
    host = url.host
    if url.scheme not in ("http", "https") or not host:
        raise _refused(str(url), "only http and https addresses are downloaded")
    if url.userinfo:
        raise DocumentError("An address with a password in it is refused.", _YOURSELF, code=REFUSED)
    port = url.port or (443 if url.scheme == "https" else 80)
    try:
        found = list(job.resolve(host, port))
    except (OSError, UnicodeError) as error:
        raise _failed(str(url), "its host is not known") from error
    if not found:
        raise _failed(str(url), "its host is not known")
    if not all(is_public(address) for address in found):
        raise _refused(str(url), "it leads to this machine or a private network")
    headers = {
        "Host": url.netloc.decode("ascii"),
        "User-Agent": "bedside",
        "Accept": "*/*",
        "Accept-Encoding": "identity",
    }
    if time.monotonic() > job.deadline:
        raise _failed(str(url), f"it took longer than {job.seconds:.0f} seconds")
    pinned = url.copy_with(host=found[0])
    return client.build_request("GET", pinned, headers=headers, extensions={"sni_hostname": host})


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, also where it wraps an IPv4 address."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = (
            ip.ipv4_mapped or ip.sixtofour or (ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None)
        )
        if inner is not None:
            return is_public(str(inner))
        if ip.teredo is not None:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback)


def _save(response: httpx.Response, url: str, folder: Path, job: _Job) -> Path:
    """Writes the document beside its final name and puts it there once it is whole."""
    stated = response.headers.get("content-length", "")
    if stated.isdigit() and int(stated) > job.limit_bytes:
        raise _too_large(url, job)
    folder.mkdir(parents=True, exist_ok=True)
    final = folder / _file_name(url, response.headers.get("content-type", ""))
    part = final.with_name(f"{final.name}.part")
    size = 0
    try:
        with part.open("wb") as file:
            for chunk in response.iter_bytes(65_536):
                size += len(chunk)
                if size > job.limit_bytes:
                    raise _too_large(url, job)
                if time.monotonic() > job.deadline:
                    raise _failed(url, f"it took longer than {job.seconds:.0f} seconds")
                file.write(chunk)
        if size == 0:
            raise _failed(url, "the server sent an empty file")
        part.replace(final)
    finally:
        part.unlink(missing_ok=True)
    return final


def _file_name(url: str, content_type: str) -> str:
    """A safe name from the address, unlike that of any other address."""
    last = url.partition("?")[0].partition("#")[0].rstrip("/").rpartition("/")[2]
    stem, dot, ending = last.rpartition(".")
    suffix = f".{ending.lower()}" if dot else ""
    if suffix not in _KNOWN:
        stem, suffix = last, _ENDINGS.get(content_type.partition(";")[0].strip().lower(), "")
    safe = re.sub(r"[^A-Za-z0-9_-]+", "-", stem).strip("-")[:60] or "document"
    return f"{safe}-{hashlib.sha256(url.encode()).hexdigest()[:8]}{suffix}"


def _failed(url: str, why: str) -> DocumentError:
    do = "Check the address and the network, or download the file yourself and give its path."
    return DocumentError(f"{printable(url)} could not be downloaded: {why}.", do, code=FAILED)


def _too_large(url: str, job: _Job) -> DocumentError:
    return _failed(url, f"it has more than {job.limit_bytes / 1e6:,.0f} MB")


def _refused(url: str, why: str) -> DocumentError:
    return DocumentError(f"{printable(url)} is refused: {why}.", _YOURSELF, code=REFUSED)
