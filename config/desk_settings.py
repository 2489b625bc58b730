"""The settings of the desk's pages: what a coordinator writes, and what stays covered."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings

from config import kinds, typed


class DeskSettings(BaseSettings):
    """The part of the settings that concerns the desk alone."""

    reply_delay_minutes: typed.Minutes = Field(
        kinds.Minutes(2, 15),
        description="What a coordinator writes goes out after so many minutes, drawn anew for each, or at once if they say why.",
        examples=["5-60"],
    )
    reply_quiet_hours: typed.DayHours = Field(
        kinds.DayHours(20 * 60, 7 * 60),
        description="Nothing that a coordinator writes goes out in these hours (Zimbabwe's time), unless they say why.",
        examples=["18:30-08:00"],
    )
    organisation_names: typed.Names = Field(
        (),
        description="The names of your organisation, its project and its people in public: a reply that holds one is warned of.",
        examples=["Our Organisation,OO"],
    )
    covered: typed.Names = Field(
        ("SEXV", "KILL", "BEAT+child"),
        description="The kinds of incident whose texts stay covered on the pages of reports and incidents until they are opened; "
        "with +child, only where a child is spoken of.",
        examples=["SEXV,KILL,DISP"],
    )
