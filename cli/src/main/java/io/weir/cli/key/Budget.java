package io.weir.cli.key;

import io.weir.platform.usage.KeyBudget;
import io.weir.platform.usage.KeyNumbers;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Budgets of keys in words, and from options. Pure. */
public final class Budget {
  private static final int MICROS = 6;

  /** A billion dollars: far below where sums of micro-dollars end. */
  private static final BigDecimal MOST = BigDecimal.TEN.pow(9);

  private Budget() {}

  /**
   * The budget that options ask for.
   *
   * @throws IllegalArgumentException with what is wrong, in words for the person who asked
   */
  static KeyBudget read(@Nullable Long tokens, @Nullable BigDecimal dollars) {
    if (dollars != null && (dollars.signum() < 0 || dollars.compareTo(MOST) > 0)) {
      throw new IllegalArgumentException("--budget-usd is 0 to " + MOST.toPlainString());
    }
    try {
      return new KeyBudget(
          tokens == null ? KeyBudget.NONE.tokens() : tokens,
          dollars == null
              ? KeyBudget.NONE.micros()
              : dollars.movePointRight(MICROS).longValueExact());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("--budget-usd has six digits after the point at most", e);
    }
  }

  /** Such as {@code 1000000 tokens and $5.00}; empty without a limit. */
  static String of(KeyBudget budget) {
    var limits = new ArrayList<String>();
    if (budget.limitsTokens()) {
      limits.add(budget.tokens() + " tokens");
    }
    if (budget.limitsCost()) {
      limits.add("$" + dollars(budget.micros()));
    }
    return String.join(" and ", limits);
  }

  /** What is used of it, such as {@code 1200/1000000 tokens, $0.01/5.00}; - without a limit. */
  public static String used(KeyBudget budget, KeyNumbers numbers) {
    var parts = new ArrayList<String>();
    if (budget.limitsTokens()) {
      parts.add(numbers.tokensUsed() + "/" + budget.tokens() + " tokens");
    }
    if (budget.limitsCost()) {
      parts.add("$" + dollars(numbers.costMicros()) + "/" + dollars(budget.micros()));
    }
    return parts.isEmpty() ? "-" : String.join(", ", List.copyOf(parts));
  }

  /** With two digits after the point at least. */
  static String dollars(long micros) {
    BigDecimal dollars = BigDecimal.valueOf(micros, MICROS).stripTrailingZeros();
    return dollars.setScale(Math.max(2, dollars.scale())).toPlainString();
  }
}
