#pragma once

// Moves this process into the cgroup that runsc made for a container, in every hierarchy that has
// it, so that what containerd measures and watches by this process is the container's cgroup and
// not containerd's own. Failures are warnings: nothing that is limited runs in this process.
void cgroup_join(const char *path);
