"""Our answer to the handset: any 2xx tells it to stop repeating itself."""

from __future__ import annotations

from gateway.providers.contract import Answer, WebhookRequest


def answer(request: WebhookRequest) -> Answer:
    """Say that it was taken, and nothing else."""
    return Answer(body="{}", content_type="application/json")
