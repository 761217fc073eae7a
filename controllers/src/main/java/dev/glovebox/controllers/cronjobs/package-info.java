/// The controller of CronJobs: Jobs at set times.
@NullMarked
package dev.glovebox.controllers.cronjobs;

import org.jspecify.annotations.NullMarked;
