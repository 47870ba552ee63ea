"""Asks the token counter, which costs nothing, whether the key and the model are accepted."""

import httpx

from keyword_assets.addresses import origin_of
from keyword_assets.core.errors import HcxDenied, HcxUnreachable
from keyword_assets.hcx import tokenizer, wire
from keyword_assets.hcx.codes import Fate, fate_of
from keyword_assets.hcx.connection import http_client
from keyword_assets.sources import scrubbed


def probe(base_url: str, api_key: str, model: str, timeout_seconds: float) -> None:
    """Return if HCX accepts the key and the model.

    Raises:
        InputError: the environment's proxies or files of TLS cannot be used.
        HcxDenied: it refuses one of them.
        HcxUnreachable: there is no answer.
    """
    body = {"messages": [{"role": "user", "content": "안녕하세요"}]}
    try:
        with http_client(httpx.Client, base_url, timeout=timeout_seconds) as http:
            answer = http.post(tokenizer.path_of(model), json=body, headers={"Authorization": f"Bearer {api_key}"})
    except (httpx.TransportError, httpx.DecodingError) as error:
        reason = scrubbed(f"{type(error).__name__} {error}").strip()
        raise HcxUnreachable("hcx.unreachable", reason=reason, way=wire.way_to(base_url)) from error
    response = wire.read_response(answer, "", api_key)
    if response.page is not None:
        raise HcxUnreachable("hcx.blocked", reason=response.reason, way=wire.way_to(base_url))
    if response.reply is None:
        if fate_of(response.http_status, response.code) is Fate.DENIED:
            raise HcxDenied("hcx.denied", reason=response.reason, model=model)
        raise HcxUnreachable("hcx.unreachable", reason=response.reason, way=wire.way_to(base_url))
    if response.code is None:
        raise HcxUnreachable("hcx.no_api", url=origin_of(base_url))
