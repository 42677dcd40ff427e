"""When people work (上班): the hotline's desks every day until evening, the units in office hours. Pure."""

from datetime import datetime, timedelta

from bihuan.kernel.calendar.workdays import WorkCalendar

DESK_OPENS, DESK_CLOSES = 8, 20


class Hours:
    """Moves an instant to when somebody is there."""

    def __init__(self, calendar: WorkCalendar) -> None:
        self._calendar = calendar

    def office(self, at: datetime, minutes: int) -> datetime:
        """The instant itself in office hours; else so many minutes after the next morning's beginning."""
        calendar = self._calendar
        local = calendar.local(at)
        day, clock = local.date(), local.time()
        if calendar.is_working_day(day):
            for begin, close in calendar.hours:
                if clock < begin:
                    return calendar.at(day, begin) + timedelta(minutes=minutes % 60)
                if clock < close:
                    return at
        day = calendar.nearest_working_day(day + timedelta(days=1), "next")
        return calendar.at(day, calendar.hours[0][0]) + timedelta(minutes=minutes)

    def desk(self, at: datetime, minutes: int) -> datetime:
        """The same for the hotline's own desks, which work every day."""
        local = self._calendar.local(at)
        if DESK_OPENS <= local.hour < DESK_CLOSES:
            return at
        days = 1 if local.hour >= DESK_CLOSES else 0
        morning = local.replace(hour=DESK_OPENS, minute=0, second=0, microsecond=0)
        return morning + timedelta(days=days, minutes=minutes)
