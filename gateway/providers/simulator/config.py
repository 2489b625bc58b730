"""What the simulator is told: where the product is, and the credentials that both sides share. All are made up by default."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatorConfig:
    """`product` is where webhooks are posted to, `public_url` what Twilio signs (the product's IZWI_PUBLIC_URL; empty: the same).
    `pace` is the time between the steps of a delivery, `retry_pause` before a webhook is repeated, `patience` how long an answer
    is waited for. `keeps_silence` says whether Twilio makes a recording of one who says nothing; its documents say both."""

    product: str
    public_url: str = ""
    twilio_account_sid: str = "AC" + "0" * 31 + "1"
    twilio_auth_token: str = field(default="simulated-twilio-token", repr=False)
    twilio_line: str = "+12065550100"
    africastalking_username: str = "izwi"
    africastalking_api_key: str = field(default="simulated-africastalking-key", repr=False)
    africastalking_webhook_secret: str = field(default="simulatedwebhooksecret00", repr=False)
    africastalking_line: str = "33000"
    africastalking_voice_line: str = "+254711082000"
    africastalking_ussd_code: str = "*384*11469#"
    handset_login: str = "izwi"
    handset_password: str = field(default="simulated-handset-password", repr=False)
    handset_signing_key: str = field(default="simulated-handset-key", repr=False)
    handset_line: str = "+263770000099"
    pace: float = 0.6
    retry_pause: float = 10.0
    patience: float = 15.0
    keeps_silence: bool = False

    @property
    def signed_url(self) -> str:
        """The product's address as Twilio knows it."""
        return (self.public_url or self.product).rstrip("/")

    def number_of(self, line: str) -> str:
        """Give the number of a line, by its name."""
        return {
            "twilio": self.twilio_line,
            "whatsapp": self.twilio_line,
            "africastalking": self.africastalking_line,
            "handset": self.handset_line,
        }[line]

    def voice_number_of(self, line: str) -> str:
        """Give the number that is called to reach a line, by its name."""
        return {"twilio": self.twilio_line, "africastalking": self.africastalking_voice_line}[line]


# The lines a phone can write to, as the page names them.
LINES = {
    "twilio": "SMS · Twilio",
    "whatsapp": "WhatsApp · Twilio",
    "africastalking": "SMS · Africa's Talking",
    "handset": "SMS · handset",
}

# The lines a phone can call.
VOICE_LINES = {"twilio": "Twilio", "africastalking": "Africa's Talking"}
