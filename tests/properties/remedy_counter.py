"""What authority, court and body must do in reconsiderations and suits, counted day by day."""

from collections.abc import Sequence
from datetime import date

from tests.properties.days import (
    LITIGATION_2014,
    RECONSIDERATION_2023,
    Counted,
    Days,
    Event,
    Span,
    first,
    said,
)


class RemedyCounter(Days):
    """The deadlines in the remedies of a history."""

    def remedies(self) -> dict[tuple[str, str], Counted]:
        """What authority, court and body must do in each."""
        results: dict[tuple[str, str], Counted] = {}
        for place, (kind, day, data) in enumerate(self.events):
            if kind != "remedy_filed":
                continue
            key = data["remedy"]
            mine = [e for e in self.events[place:] if e[2].get("remedy") == key]
            done = (
                self.reconsideration(day, mine)
                if data["kind"] == "reconsideration"
                else self.suit(mine)
            )
            results.update({(name, key): value for name, value in done.items()})
            hearing = next((e for e in reversed(mine) if e[0] == "hearing_scheduled"), None)
            if hearing:
                held = self.rolled(date.fromisoformat(hearing[2]["held_on"]))
                rest = mine[mine.index(hearing) + 1 :]
                ended = first(rest, {"hearing_held", "remedy_concluded"})
                results["hearing", key] = Counted(hearing[1], held, ended)
        return results

    def reconsideration(self, filed: date, mine: Sequence[Event]) -> dict[str, Counted]:
        """Law of 2017 arts. 17, 23, 31; law of 2023 arts. 30, 48, 54, 62."""
        results = {
            "reconsideration.examine": Counted(
                filed,
                self.through(filed, 5, "working_days", []),
                first(mine, {"remedy_accepted", "remedy_concluded"}),
            )
        }
        accepted = next((e for e in mine if e[0] == "remedy_accepted"), None)
        if accepted is None:
            examined = results["reconsideration.examine"].due
            assert examined
            if examined >= RECONSIDERATION_2023:
                # Deemed accepted when the time to examine it ends (art. 30).
                due = self.through(examined, 60, "calendar_days", [])
                ended = first(mine, {"remedy_concluded"})
                results["reconsideration.decide"] = Counted(examined, due, ended)
            return results
        _, day, data = accepted
        later = mine[mine.index(accepted) + 1 :]
        concluded = first(later, {"remedy_concluded"})
        simple = bool(data.get("simple_procedure")) and day >= RECONSIDERATION_2023
        ordinary = not simple or any(e[0] == "remedy_converted" for e in later)
        more = next((int(e[2].get("days") or 30) for e in later if e[0] == "remedy_extended"), 0)
        number = 60 + more if ordinary else 30
        spans: list[Span] = []
        for place, (kind, when, _) in enumerate(later):
            if kind == "remedy_suspended":
                spans.append((when, first(later[place + 1 :], {"remedy_resumed"})))
        results["reconsideration.decide"] = Counted(
            day, self.through(day, number, "calendar_days", spans), concluded
        )
        copy = said(data, "copy_received_on", day)
        if copy < RECONSIDERATION_2023:
            due = self.through(copy, 10, "calendar_days", [])
        else:
            due = self.through(copy, 5 if data.get("simple_procedure") else 10, "working_days", [])
        answered = first(later, {"remedy_answered", "remedy_concluded"})
        results["reconsideration.answer"] = Counted(copy, due, answered)
        return results

    def suit(self, mine: Sequence[Event]) -> dict[str, Counted]:
        """Litigation law arts. 67, 81, 83, 85, 88; law of 1989 arts. 43, 57, 60."""
        results: dict[str, Counted] = {}
        accepted = next((e for e in mine if e[0] == "remedy_accepted"), None)
        if accepted:
            _, day, data = accepted
            later = mine[mine.index(accepted) + 1 :]
            copy = said(data, "copy_received_on", day)
            number = 10 if copy < LITIGATION_2014 else 15
            results["suit.answer"] = Counted(
                copy,
                self.through(copy, number, "calendar_days", []),
                first(later, {"remedy_answered", "remedy_concluded"}),
            )
            due = self.months(day, 6 if day >= LITIGATION_2014 else 3)
            if data.get("simple_procedure") and day >= LITIGATION_2014:
                due = self.through(day, 45, "calendar_days", [])
            results["suit.decide"] = Counted(day, due, first(later, {"remedy_concluded"}))
        concluded = next((e for e in mine if e[0] == "remedy_concluded"), None)
        if concluded:
            start = said(concluded[2], "received_on", concluded[1])
            number = 10 if concluded[2].get("ruling") else 15
            due = self.through(start, number, "calendar_days", [])
            appeal = next((e for e in mine if e[0] == "appeal_filed"), None)
            by = appeal[2]["by"] if appeal else None
            ended = {by: appeal[1]} if appeal else {}
            results["suit.appeal"] = Counted(start, due, ended.get("applicant"))
            if concluded[2]["result"] != "upheld":
                results["suit.own_appeal"] = Counted(start, due, ended.get("body"))
            if appeal:
                due = self.months(appeal[1], 3 if appeal[1] >= LITIGATION_2014 else 2)
                decided = first(mine, {"appeal_concluded"})
                results["suit.appeal_decide"] = Counted(appeal[1], due, decided)
        return results
