package io.weir.kills.point;

/**
 * One thing that a service does outside of itself.
 *
 * @param name what is done with what, the same each time it is done, whatever the ids
 * @param answered whether an answer comes back
 */
public record Step(Wire wire, String name, boolean answered) {}
