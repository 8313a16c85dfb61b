@NullMarked
package io.weir.enricher.handler;

import org.jspecify.annotations.NullMarked;
