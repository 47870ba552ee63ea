"""Asks the token counter, which costs nothing, whether the key and the model are accepted."""

import asyncio

import httpx

from keyword_assets.addresses import origin_of
from keyword_assets.configuration.hcx import Hcx
from keyword_assets.configuration.sources import scrubbed
from keyword_assets.core.errors import HcxDenied, HcxUnreachable
from keyword_assets.core.questions import unmasked
from keyword_assets.hcx import exchange, tokenizer, wire
from keyword_assets.hcx.codes import Fate, fate_of
from keyword_assets.hcx.connection import http_client


def probe(hcx: Hcx) -> None:
    """Return if HCX accepts the key and the model.

    Raises:
        InputError: there is no key, or the environment's proxies or files of TLS cannot be used.
        HcxDenied: it refuses one of them.
        HcxUnreachable: there is no answer.
    """
    key, way = hcx.require_api_key(), wire.way_to(hcx.base_url)
    try:
        received = asyncio.run(_asked(hcx, key))
    except exchange.Unanswered as error:
        reason = scrubbed(wire.silence(error, wire.hiding(key, unmasked)))
        raise HcxUnreachable("hcx.unreachable", reason=reason, way=way) from None
    response = wire.read_response(received.response, "", key, cut=received.cut)
    if response.page is not None:
        raise HcxUnreachable("hcx.blocked", reason=response.reason, way=way)
    if response.reply is None:
        if fate_of(response.http_status, response.code) is Fate.DENIED:
            raise HcxDenied("hcx.denied", reason=response.reason, model=hcx.model)
        raise HcxUnreachable("hcx.unreachable", reason=response.reason, way=way)
    if response.code is None:
        raise HcxUnreachable("hcx.no_api", url=origin_of(hcx.base_url))


async def _asked(hcx: Hcx, key: str) -> exchange.Received:
    body = {"messages": [{"role": "user", "content": "안녕하세요"}]}
    seconds, headers = hcx.timeout_seconds, {"Authorization": f"Bearer {key}"}
    async with http_client(httpx.AsyncClient, hcx.base_url, timeout=seconds) as http:
        return await exchange.post(http, tokenizer.path_of(hcx.model), body, seconds=seconds, headers=headers)
