package dev.thalweg.report.live;

import dev.thalweg.fuzz.Target;
import dev.thalweg.train.TrainTargets;
import java.util.List;

/// Readers of what browsers ask for.
public final class LiveTargets {
    public static final List<Target> ALL = List.of(
            Target.of(
                    "handles",
                    IllegalArgumentException.class,
                    input -> Handles.obey(TrainTargets.controls(), input),
                    "{",
                    "}",
                    ":",
                    ",",
                    "\"do\"",
                    "\"value\"",
                    "\"learning-rate\"",
                    "\"stop\"",
                    "null",
                    "1e999",
                    "-1",
                    "0.5",
                    "[",
                    "]"),
            Target.of(
                    "request",
                    IllegalArgumentException.class,
                    Requests::send,
                    "GET ",
                    "POST ",
                    "/control",
                    "/events",
                    "http://",
                    " HTTP/1.1\r\n",
                    "\r\n",
                    "Host: localhost\r\n",
                    "Host: ",
                    "Origin: ",
                    "Content-Length: ",
                    "Transfer-Encoding: chunked\r\n",
                    "Last-Event-ID: ",
                    "X-Thalweg-Token: ",
                    "?",
                    "%",
                    "\0"));

    private LiveTargets() {}
}
