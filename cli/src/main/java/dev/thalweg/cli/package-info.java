/// Commands, progress and reports: one class per command.
package dev.thalweg.cli;
