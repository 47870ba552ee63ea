"""Asks the token counter, which costs nothing, whether the key and the model are accepted."""

import asyncio

import httpx

from keyword_assets.addresses import origin_of
from keyword_assets.configuration.hcx import Hcx
from keyword_assets.configuration.sources import scrubbed
from keyword_assets.core.errors import HcxDenied, HcxUnreachable
from keyword_assets.core.questions import unmasked
from keyword_assets.hcx import exchange
from keyword_assets.hcx.codes import Fate
from keyword_assets.hcx.connection import http_client, way_to
from keyword_assets.hcx.wires import wire_of
from keyword_assets.hcx.words import hiding, silence


def probe(hcx: Hcx) -> None:
    """Return if HCX accepts the key and the model.

    Raises:
        InputError: there is no key, or the environment's proxies or files of TLS cannot be used.
        HcxDenied: it refuses one of them.
        HcxUnreachable: there is no answer.
    """
    key, way = hcx.require_api_key(), way_to(hcx.base_url)
    try:
        received = asyncio.run(_asked(hcx, key))
    except exchange.Unanswered as error:
        reason = scrubbed(silence(error, hiding(key, unmasked)))
        raise HcxUnreachable("hcx.unreachable", reason=reason, way=way) from None
    response = wire_of(hcx.model).read(received.response, "", key, cut=received.cut)
    if response.page is not None:
        raise HcxUnreachable("hcx.blocked", reason=response.reason, way=way)
    if response.reply is None:
        if response.fate is Fate.DENIED:
            raise HcxDenied("hcx.denied", reason=response.reason, model=hcx.model)
        raise HcxUnreachable("hcx.unreachable", reason=response.reason, way=way)
    if response.code is None:
        raise HcxUnreachable("hcx.no_api", url=origin_of(hcx.base_url))


async def _asked(hcx: Hcx, key: str) -> exchange.Received:
    body = {"messages": [{"role": "user", "content": "안녕하세요"}]}
    seconds, headers = hcx.timeout_seconds, {"Authorization": f"Bearer {key}"}
    async with http_client(httpx.AsyncClient, hcx.base_url, timeout=seconds) as http:
        return await exchange.post(http, wire_of(hcx.model).counter_path, body, seconds=seconds, headers=headers)
