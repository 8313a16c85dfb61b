/** Tests of the pure steps, without any server; requests come from {@link Requests}. */
@NullMarked
package io.weir.enricher.pipeline;

import org.jspecify.annotations.NullMarked;
