/**
 * Clients of other systems: the search that passages come from. What they answer is turned into the
 * pipeline's own types here, and their absence into a value. No decision about a request is made
 * here.
 */
@NullMarked
package io.weir.enricher.remote;

import org.jspecify.annotations.NullMarked;
