"""The demo's people: one for each role. For trying out only; no other installation has them."""

PASSWORD = "requestflow-demo"  # noqa: S105 - printed at the start of the demo, guards nothing

ACCOUNTS: tuple[tuple[str, str, str, str], ...] = (
    ("clerk", "李经办", "clerk", "LZ-S01"),
    ("reviewer", "王审核", "reviewer", "LZ-S01"),
    ("approver", "陈签发", "approver", "LZ-S01"),
    ("supervisor", "赵主管", "supervisor", "LZ"),
    ("auditor", "孙审计", "auditor", "LZ"),
    ("administrator", "周管理", "administrator", "LZ"),
)
"""User name, name, role, unit."""
