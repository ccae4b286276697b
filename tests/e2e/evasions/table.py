"""What the evasions gave, as text and as a page of the documentation."""

from dataclasses import dataclass

HEAD = """# Evasions

Made by `tests/e2e/evasions/run.py --write docs/evasions.md`, which runs each of these ways to get a file
onto a host and run it, live, under `sequitur run -r rules`, and beside each a harmless twin: the same
mechanics, but what runs was there before, or nothing runs. No twin may raise an alert.

On Linux {kernel}: {seen} of {tried} seen, {false} twins with alerts.

| way | seen | by | steps |
|---|---|---|---|
"""

TAIL = """
What cannot be seen, and why:

"""

UNTRIED = """
Not among them: requests of io_uring that ask for no completion (`IOSQE_CQE_SKIP_SUCCESS`). When one
succeeds, the kernel tells nobody at its end, and when it is taken in there is no file yet that could be
told of. What is then done to the file by other calls is told, with its identity; that it was opened for
writing, renamed or linked is not.
"""


@dataclass(frozen=True)
class Row:
    variant: object
    alerts: list
    false: list
    is_skipped: bool

    @property
    def is_seen(self):
        return bool(self.alerts)

    @property
    def rules(self):
        return sorted({alert["rule"] for alert in self.alerts})

    @property
    def steps(self):
        """Of the alert with the most steps: each step and the call that was it."""
        most = max((alert["sequence"]["steps"] for alert in self.alerts if "sequence" in alert),
                   key=len, default=[])
        return ", ".join(f"{step['id']} ({step['evt.type']})" for step in most)

    @property
    def verdict(self):
        return "not possible here" if self.is_skipped else "yes" if self.is_seen else "no"


def text(rows):
    return "\n".join(f"{row.verdict:4} {row.variant.title:45} {'; '.join(row.rules)} [{row.steps}]"
                     for row in rows)


def page(rows, kernel):
    tried = [row for row in rows if not row.is_skipped]
    lines = HEAD.format(kernel=kernel, seen=sum(row.is_seen for row in tried), tried=len(tried),
                        false=sum(bool(row.false) for row in tried))
    for row in rows:
        lines += f"| {row.variant.title} | {row.verdict} | {'; '.join(row.rules)} | {row.steps} |\n"
    lines += TAIL
    for row in rows:
        if row.variant.unseen and not row.is_seen:
            lines += f"- **{row.variant.title}**: {row.variant.unseen}.\n"
    return lines + UNTRIED
