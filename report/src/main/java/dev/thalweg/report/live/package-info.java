/// The page of a run while it trains: served to browsers of the same machine, and the handles of the run on it.
package dev.thalweg.report.live;
