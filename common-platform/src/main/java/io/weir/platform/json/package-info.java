/** What JSON has to do with people: no HTTP, no store, nothing that a pure step may not know. */
@NullMarked
package io.weir.platform.json;

import org.jspecify.annotations.NullMarked;
