/// Functions with names and known minima, to try minimizers on: the 35 of Moré, Garbow and Hillstrom (1981, ACM TOMS 7,
/// 17–41), some of them in any number of variables, and a few surfaces to look at.
@NullMarked
package dev.thalweg.minimize.problems;

import org.jspecify.annotations.NullMarked;
