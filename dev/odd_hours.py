"""Name the hours and places at which date arithmetic goes wrong, and tell how far away they are.

Usage: odd_hours.py             prints the names
       odd_hours.py NAME        prints NAME SECONDS ZONE LOCAL_TIME of its next occurrence
       odd_hours.py today       the same, of the one whose turn it is today
"""

import sys
from datetime import datetime, time, timedelta

import pytz

NOON = time(12)


def is_any_day(day, zone):
    """Return whether the day will do: it does."""
    return True


def is_end_of_long_month(day, zone):
    """Return whether the day is a 31st: a month later there often is none."""
    return day.day == 31


def is_end_of_february(day, zone):
    """Return whether the day is the last one of February."""
    return (day.month, (day + timedelta(days=1)).month) == (2, 3)


def get_clock_change(day, zone):
    """Return by how much the clock of the zone is put forward on a day."""
    noons = [zone.localize(datetime.combine(day - timedelta(days=ago), NOON)) for ago in (0, 1)]
    return noons[0].utcoffset() - noons[1].utcoffset()


def is_spring_forward(day, zone):
    """Return whether summer time begins on the day."""
    return get_clock_change(day, zone) > timedelta(0)


def is_fall_back(day, zone):
    """Return whether summer time ends on the day."""
    return get_clock_change(day, zone) < timedelta(0)


# Name: where people are, where the clock hangs, what it shows, and on which days. A run begins then, and goes on over
# midnight where it is near. On the evening of a change of summer time, 24 hours ago was the day before yesterday, or
# today, and so it is with a week.
HOURS = {
    "dawn": ("America/Los_Angeles", "UTC", time(0, 5), is_any_day),
    "dusk": ("Asia/Tehran", "UTC", time(23, 55), is_any_day),
    "month": ("Asia/Shanghai", "Asia/Shanghai", time(23, 55), is_end_of_long_month),
    "february": ("Asia/Tehran", "Asia/Tehran", time(23, 55), is_end_of_february),
    "spring": ("Europe/Paris", "Europe/Paris", time(23, 55), is_spring_forward),
    "autumn": ("America/Los_Angeles", "America/Los_Angeles", time(23, 30), is_fall_back),
}


def get_next(name, now):
    """Return the next occurrence of an odd hour, as the people there see it.

    Always ahead: what was made before the tests, as the demo, must not be in their future.
    """
    people, clock, hour, is_day = HOURS[name]
    zone = pytz.timezone(clock)
    day = now.astimezone(zone).date() + timedelta(days=1)
    while not is_day(day, zone):
        day += timedelta(days=1)
    return zone.localize(datetime.combine(day, hour)).astimezone(pytz.timezone(people))


def main(name=""):
    """Print what was asked for."""
    if not name:
        print(*HOURS)
        return
    now = datetime.now(pytz.utc)
    if name == "today":
        name = list(HOURS)[now.timetuple().tm_yday % len(HOURS)]
    if name not in HOURS:
        sys.exit(f"There is no hour {name}, but: {' '.join(HOURS)}.")
    moment = get_next(name, now)
    print(name, round((moment - now).total_seconds()), moment.tzinfo.zone, f"{moment:%Y-%m-%d %H:%M}")


if __name__ == "__main__":
    main(*sys.argv[1:])
