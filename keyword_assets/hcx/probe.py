"""Asks the token counter, which costs nothing, whether the key and the model are accepted."""

import asyncio

import httpx

from keyword_assets.addresses import origin_of
from keyword_assets.configuration.sources import scrubbed
from keyword_assets.core.errors import HcxDenied, HcxUnreachable
from keyword_assets.core.questions import unmasked
from keyword_assets.hcx import exchange, tokenizer, wire
from keyword_assets.hcx.codes import Fate, fate_of
from keyword_assets.hcx.connection import http_client


def probe(base_url: str, api_key: str, model: str, timeout_seconds: float) -> None:
    """Return if HCX accepts the key and the model.

    Raises:
        InputError: the environment's proxies or files of TLS cannot be used.
        HcxDenied: it refuses one of them.
        HcxUnreachable: there is no answer.
    """
    try:
        received = asyncio.run(_asked(base_url, api_key, model, timeout_seconds))
    except exchange.Unanswered as error:
        reason = scrubbed(wire.silence(error, wire.hiding(api_key, unmasked)))
        raise HcxUnreachable("hcx.unreachable", reason=reason, way=wire.way_to(base_url)) from None
    response = wire.read_response(received.response, "", api_key, cut=received.cut)
    if response.page is not None:
        raise HcxUnreachable("hcx.blocked", reason=response.reason, way=wire.way_to(base_url))
    if response.reply is None:
        if fate_of(response.http_status, response.code) is Fate.DENIED:
            raise HcxDenied("hcx.denied", reason=response.reason, model=model)
        raise HcxUnreachable("hcx.unreachable", reason=response.reason, way=wire.way_to(base_url))
    if response.code is None:
        raise HcxUnreachable("hcx.no_api", url=origin_of(base_url))


async def _asked(base_url: str, api_key: str, model: str, seconds: float) -> exchange.Received:
    body = {"messages": [{"role": "user", "content": "안녕하세요"}]}
    async with http_client(httpx.AsyncClient, base_url, timeout=seconds) as http:
        headers = {"Authorization": f"Bearer {api_key}"}
        return await exchange.post(http, tokenizer.path_of(model), body, seconds=seconds, headers=headers)
