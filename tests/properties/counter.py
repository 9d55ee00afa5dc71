"""Counting every deadline of a case by going through the calendar one day at a time.

Written from the texts of the law alone: it shares no code with the product and reads none of its
packs; what goes on in remedies stands in `remedy_counter`.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from tests.properties.days import (
    LITIGATION_2014,
    ONE,
    RECONSIDERATION_2023,
    Counted,
    Event,
    Span,
    Working,
    said,
)
from tests.properties.remedy_counter import RemedyCounter

ENDINGS = {
    "delivered", "decision_recorded", "clarification_lapsed", "fee_defaulted", "withdrawn",
    "redirected",
}  # fmt: skip
# Order 711 arts. 14 to 16, and the coarse ground of Order 492.
WITHHELD = {
    "state_secret", "forbidden_by_law", "endangers_security", "third_party_rights",
    "internal_affairs", "process_information", "enforcement_file", "secret",
}  # fmt: skip
INTERPRETATION_2018 = date(2018, 2, 8)


class Counter(RemedyCounter):
    """The deadlines of one history."""

    def __init__(self, events: Sequence[Event], law: str, working: Working) -> None:
        super().__init__(events, working)
        self.new = law == "cn-2019"

    def all(self) -> dict[tuple[str, str], Counted]:
        """Every deadline, by kind and by the number of what it belongs to."""
        counted = {
            ("reply", ""): self.reply(),
            ("redecision", ""): self.redecision(),
            ("clarification_reply", ""): self.awaited("clarification_requested", {"clarified"}),
            **self.windows(),
            **self.remedies(),
        }
        if self.new:
            counted[("clarification_request", "")] = self.to_ask_back()
            counted[("reasons_reply", "")] = self.awaited("reasons_requested", {"reasons_given"})
            counted[("payment", "")] = self.payment()
            counted.update(self.consultations())
        return {key: value for key, value in counted.items() if value}

    # --- the application -------------------------------------------------------------------------

    def reply(self) -> Counted:
        """Order 711 arts. 30, 33, 35; Order 492 arts. 21, 24; 国办函〔2020〕109号."""
        ends = ENDINGS if self.new else ENDINGS - {"fee_defaulted"}
        upto, ended = self.until(1, ends, redecision=True)
        restarts = {"clarified", "fee_paid"} if self.new else {"clarified"}
        begin, place = self.events[0][1], 0
        more = 0
        for number, (kind, day, data) in enumerate(self.events[:upto]):
            if kind in restarts:
                begin, place = said(data, "paid_on", day), number
            if kind == "extended" and not more:
                more = int(data["days"])
        since = self.events[place + 1 : upto]
        length = (20 if self.new else 15) + more
        due = self.through(begin, length, "working_days", self.not_counted(since))
        for kind, _, data in self.events[:upto]:
            if kind == "delay_set":
                later = self.rolled(date.fromisoformat(data["until"]))
                latest = later
        stated = any(kind == "delay_set" for kind, _, _ in self.events[:upto])
        if stated:
            due = max(due, latest) if due else latest
        return Counted(self.events[0][1], due, ended)

    def taken(self, concluded: date) -> int:
        """How many working days the first answer took, of those that count."""
        begin, place = self.events[0][1], 0
        restarts = {"clarified", "fee_paid"} if self.new else {"clarified"}
        upto, _ = self.until(1, ENDINGS, redecision=True)
        for number, (kind, day, data) in enumerate(self.events[:upto]):
            if kind in restarts:
                begin, place = said(data, "paid_on", day), number
        spans = self.not_counted(self.events[place + 1 : upto])
        day, number = begin, 0
        while day < concluded:
            day += ONE
            held = any(start < day <= (end or concluded) for start, end in spans)
            number += self.working(day) and not held
        return number

    def redecision(self) -> Counted | None:
        """The days that the decision names, else those of the law for the answer."""
        place = self.last(lambda k, d: k == "remedy_concluded" and d.get("redecision"))
        if place is None:
            return None
        _, day, data = self.events[place]
        start = said(data, "received_on", day)
        ends = ENDINGS if self.new else ENDINGS - {"fee_defaulted"}
        upto, ended = self.until(place + 1, ends)
        span = self.events[place + 1 : upto]
        more = next((int(d["days"]) for k, _, d in span if k == "extended"), 0)
        number = (data.get("within") or (20 if self.new else 15)) + more
        unit = data.get("within_unit") or "working_days"
        # Told of later than it was received: what was asked meanwhile counts as well.
        earlier = [e for e in self.events[:place] if e[1] >= start]
        asked = [*earlier, *span]
        spans = [s for e in asked if (s := self.consulted(e, asked))]
        return Counted(start, self.through(start, number, unit, spans), ended)

    def to_ask_back(self) -> Counted:
        """Within seven working days of receipt (art. 30)."""
        ends = (ENDINGS - {"clarification_lapsed"}) | {"clarification_requested"}
        start = self.events[0][1]
        _, ended = self.until(1, ends)
        return Counted(start, self.through(start, 7, "working_days", []), ended)

    def awaited(self, asked: str, answers: set[str]) -> Counted | None:
        """The day that the body named to the applicant."""
        place = self.last(lambda k, _: k == asked)
        if place is None or not self.events[place][2].get("answer_by"):
            return None
        ends = answers | (ENDINGS if self.new else ENDINGS - {"fee_defaulted"})
        _, ended = self.until(place + 1, ends)
        named = date.fromisoformat(self.events[place][2]["answer_by"])
        return Counted(self.events[place][1], self.rolled(named), ended)

    def payment(self) -> Counted | None:
        """Twenty working days after the notice was received (国办函〔2020〕109号)."""
        place = self.last(lambda k, _: k in {"fee_notified", "fee_acknowledged"})
        if place is None:
            return None
        _, day, data = self.events[place]
        start = said(data, "notice_received_on", day)
        ended = None
        for kind, when, particulars in self.events[place + 1 :]:
            if kind in ENDINGS | {"fee_paid", "fee_waived"}:
                ended = said(particulars, "paid_on", when) if kind == "fee_paid" else when
                break
        return Counted(start, self.through(start, 20, "working_days", []), ended)

    def consultations(self) -> dict[tuple[str, str], Counted]:
        """Fifteen working days after the letter was received (arts. 32, 34)."""
        results = {}
        for place, (kind, day, data) in enumerate(self.events):
            if kind != "consultation_started":
                continue
            key, ended = data["consultation"], None
            for other, when, particulars in self.events[place + 1 :]:
                mine = other == "consultation_ended" and particulars["consultation"] == key
                if mine or other in ENDINGS:
                    ended = when
                    break
            start = said(data, "letter_received_on", day)
            due = self.through(start, 15, "working_days", [])
            results["consultation_reply", key] = Counted(start, due, ended)
        return results

    def not_counted(self, events: Sequence[Event]) -> list[Span]:
        """What stops the time to answer."""
        ends = {"clarification_requested": {"clarified"}}
        if self.new:
            ends["fee_notified"] = {"fee_paid", "fee_waived"}
        spans: list[Span] = []
        for place, event in enumerate(events):
            kind, day, _ = event
            if kind == "consultation_started":
                span = self.consulted(event, events[place:])
                spans += [span] if span else []
            elif kind in ends:
                after = [when for other, when, _ in events[place + 1 :] if other in ends[kind]]
                spans.append((day, after[0] if after else None))
        return spans

    def consulted(self, event: Event, events: Sequence[Event]) -> Span | None:
        """The time of a third party or another body: until it answered, or its time passed."""
        kind, day, data = event
        if kind != "consultation_started":
            return None
        end = None
        for other, when, particulars in events:
            if (
                other == "consultation_ended"
                and particulars["consultation"] == data["consultation"]
            ):
                end = when
                break
        if self.new:
            start = said(data, "letter_received_on", day)
            silent = self.through(start, 15, "working_days", [])
            assert silent
            end = min(end, silent) if end else silent
        return day, end

    # --- what is open to the applicant -----------------------------------------------------------

    def windows(self) -> dict[tuple[str, str], Counted]:
        """Reconsideration law arts. 9 / 20, litigation law arts. 45, 46 (1989: 39)."""
        results: dict[tuple[str, str], Counted] = {}
        told = {"delivered", "delivery_confirmed", "decision_recorded"}
        place = self.last(lambda k, _: k in told)
        if place is not None:
            kind, day, data = self.events[place]
            start = said(data, "received_on", day) if kind == "delivered" else day
            year = bool(data.get("remedy_not_told"))
            due = (
                self.months(start, 12)
                if year and start >= RECONSIDERATION_2023
                else self.through(start, 60, "calendar_days", [])
            )
            ended = self.no_reconsideration_after(place)
            results["reconsideration.apply", ""] = Counted(start, due, ended)
            months = 3 if start < LITIGATION_2014 else 6
            if year and start >= INTERPRETATION_2018:
                months = 12
            if start < RECONSIDERATION_2023 or not _withheld(data):
                ended = self.filed_after(place, {"reconsideration", "suit"})
                results["suit.direct", ""] = Counted(start, self.months(start, months), ended)
        place = self.last(lambda k, d: k == "remedy_concluded" and d["kind"] == "reconsideration")
        if place is not None:
            _, day, data = self.events[place]
            start = said(data, "received_on", day)
            due = self.through(start, 15, "calendar_days", [])
            ended = self.filed_after(place, {"suit"})
            results["suit.after_reconsideration", ""] = Counted(start, due, ended)
        return results

    def after_silence(self, missed: date) -> dict[str, date]:
        """What is open once the body let its time pass on that day: from its end."""
        results = {"reconsideration.silence": self.through(missed, 60, "calendar_days", [])}
        if missed < RECONSIDERATION_2023:
            results["suit.silence"] = self.months(missed, 6)
        return {kind: due for kind, due in results.items() if due}

    # --- finding ---------------------------------------------------------------------------------

    def last(self, wanted: Callable[[str, dict[str, Any]], Any]) -> int | None:
        places = [place for place, (kind, _, data) in enumerate(self.events) if wanted(kind, data)]
        return places[-1] if places else None

    def until(
        self, place: int, kinds: set[str], *, redecision: bool = False
    ) -> tuple[int, date | None]:
        """Up to which event the time runs (that one included), and the day of its end."""
        for number in range(place, len(self.events)):
            kind, day, data = self.events[number]
            ordered = redecision and kind == "remedy_concluded" and data.get("redecision")
            if kind in kinds or ordered:
                return number + 1, day
        return len(self.events), None

    def no_reconsideration_after(self, place: int) -> date | None:
        """It was applied for, or a court took the matter up (arts. 16(2) / 29(2))."""
        for kind, day, data in self.events[place + 1 :]:
            filed = kind == "remedy_filed" and data["kind"] == "reconsideration"
            if filed or (kind == "remedy_accepted" and data["kind"] == "suit"):
                return day
        return None

    def filed_after(self, place: int, kinds: set[str]) -> date | None:
        return next(
            (
                day
                for kind, day, data in self.events[place + 1 :]
                if kind == "remedy_filed" and data["kind"] in kinds
            ),
            None,
        )


def _withheld(data: dict[str, Any]) -> bool:
    grounds = {data.get("ground"), *(data.get("grounds") or ())} - {None}
    if grounds:
        return bool(grounds & WITHHELD)
    return data.get("outcome") in {"refused", "partial"}
