"""The work report's domain (政府工作报告): report, commitments, tasks, weekly reports, lights."""
