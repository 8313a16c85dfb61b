package io.weir.cli.usage;

import io.weir.platform.usage.KeyBudget;
import io.weir.platform.usage.KeyNumbers;

/**
 * A key's month beside its budget.
 *
 * @param id without the prefix
 */
record KeyUsage(String id, KeyBudget budget, KeyNumbers used) {}
