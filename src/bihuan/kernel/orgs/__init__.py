"""Regions, units, posts and people (区划、单位、岗位、人员)."""
