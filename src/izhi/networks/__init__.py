"""Networks as published: how they are wired, run and looked at."""

from __future__ import annotations

from izhi.networks.cortex2003 import cortex2003
from izhi.networks.group import Group, Groups
from izhi.networks.groups import polychronous_groups, shuffled
from izhi.networks.polychronization import groups_now, polychronization
from izhi.networks.reward import RewardRun, distal_reward, run_reward
from izhi.networks.summary import Activity, Shares, activity, advance_to, rates_in_time, synapses_needed, weight_shares

__all__ = [
    "Activity",
    "Group",
    "Groups",
    "RewardRun",
    "Shares",
    "activity",
    "advance_to",
    "cortex2003",
    "distal_reward",
    "groups_now",
    "polychronization",
    "polychronous_groups",
    "rates_in_time",
    "run_reward",
    "shuffled",
    "synapses_needed",
    "weight_shares",
]
