"""From a question about a site to its answer: counts, milestones, sites, health."""
