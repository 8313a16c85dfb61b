package io.weir.gateway.usage;

import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.runtime.Component;
import io.weir.platform.usage.Charge;
import io.weir.platform.usage.LlmCalls;
import io.weir.platform.usage.Usage;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles the allowances of processes that died in this one's folder: as soon as their calls are
 * told and in the ledger, not only when their charges have been open for long. Else what they had
 * used would be in no counter, and what they had reserved would be lacking, for an hour.
 */
public final class DeadAllowances implements Component {
  private static final Logger log = LoggerFactory.getLogger(DeadAllowances.class);
  private static final String WORK = "allowance:";
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final int MONTHS = 100;

  private final UsageSpool spool;
  private final Usage usage;
  private final LlmCalls calls;
  private final BooleanSupplier there;
  private final Supplier<BooleanSupplier> mark;
  private final Map<String, BooleanSupplier> whole = new HashMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  /**
   * Does no I/O.
   *
   * @param spool which adopts what they left, and is started before; the budgets are started after
   *     this, and so drained before it
   * @param there whether MongoDB answers
   * @param mark marks what was told until now; what it gives says whether all of that is in the
   *     ledger. Both may throw {@link DependencyUnavailableException} when nobody knows
   */
  public DeadAllowances(
      UsageSpool spool,
      Usage usage,
      LlmCalls calls,
      BooleanSupplier there,
      Supplier<BooleanSupplier> mark) {
    this.spool = spool;
    this.usage = usage;
    this.calls = calls;
    this.there = there;
    this.mark = mark;
  }

  /** The work that the charges of the process that {@code spool} belongs to are for. */
  public static String work(UsageSpool spool) {
    return work(spool.process());
  }

  private static String work(String process) {
    return WORK + process;
  }

  @Override
  public void start() {
    Thread.ofVirtual().name("dead-allowances").start(this::look);
  }

  @Override
  public void close() {
    closed.countDown();
  }

  /** What this process itself could not settle by now, the next one will. */
  @Override
  public void drain(Duration timeout) throws InterruptedException {
    try {
      if (!there.getAsBoolean() || !usage.open(work(spool), 1).isEmpty()) {
        spool.leaveBehind();
      }
    } catch (DependencyUnavailableException e) {
      spool.leaveBehind();
    }
  }

  private void look() {
    try {
      while (!closed.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          settle();
        } catch (DependencyUnavailableException e) {
          log.atDebug().addKeyValue("reason", e.getMessage()).log("settled later");
        } catch (RuntimeException e) {
          log.atError().setCause(e).log("allowances of a dead process not settled");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void settle() throws InterruptedException {
    for (String process : spool.dead()) {
      // The mark is set when its calls are told: what comes later need not be there.
      BooleanSupplier reached = whole.computeIfAbsent(process, _ -> mark.get());
      if (there.getAsBoolean() && reached.getAsBoolean()) {
        settle(process);
      }
    }
  }

  private void settle(String process) throws InterruptedException {
    List<Charge> open = usage.open(work(process), MONTHS);
    Map<String, LlmCalls.Sums> found =
        calls.sums(open.stream().map(Charge::id).collect(Collectors.toSet()));
    for (Charge charge : open) {
      LlmCalls.Sums sums = found.getOrDefault(charge.id(), LlmCalls.Sums.NONE);
      var _ = sums.calls() == 0 ? usage.refund(charge) : usage.settle(charge, sums.spend());
    }
    if (open.isEmpty()) {
      spool.buried(process);
      var _ = whole.remove(process);
    } else {
      log.atInfo().addKeyValue("charges", open.size()).log("allowances of a dead process settled");
    }
  }
}
