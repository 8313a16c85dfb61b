package io.weir.kills;

import io.weir.kills.lane.Kill;
import io.weir.kills.lane.Lane;
import io.weir.kills.lane.Lane.Answer;
import io.weir.kills.lane.Platform;
import io.weir.kills.point.Point;
import io.weir.kills.point.Recording;
import io.weir.kills.point.Step;
import io.weir.kills.work.Look;
import io.weir.kills.work.Work;
import io.weir.kills.work.Works;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Plays one point after the other in a lane, and on demand kills again at the same step while the
 * work is being recovered. For use by one thread.
 */
final class Player implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);
  private static final Duration IDLE = Duration.ofMillis(1500);
  private static final AtomicInteger TOKENS = new AtomicInteger();

  private final Platform platform;
  private final boolean twice;
  private Lane lane;

  Player(Platform platform, Lane lane, boolean twice) {
    this.platform = platform;
    this.lane = lane;
    this.twice = twice;
  }

  /** The points of these works, found by doing each twice without killing anybody. */
  List<List<Point>> discover(List<Works> works) throws Exception {
    for (Works each : works) {
      done(each.make(lane, token())); // what is done the first time only is no step of each
    }
    var idle = new Recording();
    Runnable end = lane.record(idle);
    pause(IDLE);
    end.run();
    Set<Step> background = idle.seen();
    var points = new ArrayList<List<Point>>();
    for (Works each : works) {
      var runs = List.of(recorded(each), recorded(each));
      points.add(Recording.points(runs, background));
    }
    lane.restart(); // in order, which leaves a class archive: the later starts take half the time
    return points;
  }

  private Recording recorded(Works works) throws Exception {
    Work work = works.make(lane, token());
    work.prepare();
    var recording = new Recording();
    Runnable end = lane.record(recording);
    finish(work, work.ask());
    end.run();
    return recording;
  }

  private void done(Work work) throws Exception {
    work.prepare();
    finish(work, work.ask());
  }

  private static void finish(Work work, Answer answer) throws Exception {
    Look look = awaited(work);
    if (!work.isFinal(answer.status()) || !look.problems().isEmpty()) {
      throw new IllegalStateException(
          "without a kill: %s, then %s".formatted(answer, look.problems()));
    }
  }

  /**
   * Kills the service at this point.
   *
   * @return empty when the work was done without coming to it
   */
  Optional<Row> play(Works works, Point point) throws Exception {
    Work work = works.make(lane, token());
    work.prepare();
    Kill kill = lane.killAt(point);
    var asked = new CompletableFuture<Optional<Answer>>();
    Thread.ofVirtual().start(() -> asked.complete(ask(work)));
    if (!comesTo(kill, asked, work)) {
      if (!kill.takeBack()) {
        renew(); // it is to die any moment
      }
      return Optional.empty();
    }
    long begun = System.nanoTime();
    lane.restart();
    int kills = twice && killedAgain(work, point) ? 2 : 1;
    var problems = new ArrayList<String>();
    Answer again = askedAgain(work);
    if (!work.isFinal(again.status())) {
      problems.add("asked again: %d %s".formatted(again.status(), again.body()));
    }
    asked
        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
        .filter(first -> again.status() / 100 == 2 && !first.equals(again))
        .ifPresent(first -> problems.add("answered %s, then %s".formatted(first, again)));
    Look look = awaited(work);
    problems.addAll(look.problems());
    problems.addAll(work.seen());
    Duration recovery = Duration.ofNanos(System.nanoTime() - begun);
    if (!problems.isEmpty()) {
      renew();
    }
    return Optional.of(new Row(works, point, look, kills, recovery, problems));
  }

  /** Whether the work came to the step once more before it was done, and died there again. */
  private boolean killedAgain(Work work, Point point) throws Exception {
    Kill kill = lane.killAt(new Point(point.step(), 1, point.moment()));
    var asked = new CompletableFuture<Optional<Answer>>();
    Thread.ofVirtual().start(() -> asked.complete(ask(work)));
    if (!comesTo(kill, asked, work)) {
      boolean _ = kill.takeBack();
      return false;
    }
    lane.restart();
    return true;
  }

  /** Another lane, for nothing shall be blamed for what went wrong before it. */
  private void renew() throws IOException, InterruptedException {
    lane.close();
    lane = platform.lane(lane.kind());
  }

  /**
   * Whether the service was killed at the point. What the last step of the work does is there
   * before the service is dead: done work alone does not say that it was not.
   */
  private static boolean comesTo(Kill kill, Future<?> asked, Work work) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      if (kill.isDone(LOOK_EVERY)) {
        return true;
      }
      if (asked.isDone() && isQuiet(work) && !kill.isDone(LOOK_EVERY) && kill.takeBack()) {
        return false;
      }
    }
    return false;
  }

  private static boolean isQuiet(Work work) throws Exception {
    try {
      return work.look().problems().isEmpty();
    } catch (IOException e) {
      return false; // killed just now
    }
  }

  private static Optional<Answer> ask(Work work) {
    try {
      return Optional.of(work.ask());
    } catch (IOException e) {
      return Optional.empty(); // the service was killed
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** As a client does that comes back as long as it is told to. */
  private static Answer askedAgain(Work work) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    Answer last = new Answer(0, "");
    while (System.nanoTime() < end) {
      Optional<Answer> answer = ask(work);
      last = answer.orElse(last);
      if (answer.isPresent() && last.status() != 409 && last.status() < 500) {
        break;
      }
      pause(LOOK_EVERY);
    }
    return last;
  }

  private static Look awaited(Work work) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    Look look = work.look();
    while (!look.problems().isEmpty() && System.nanoTime() < end) {
      pause(LOOK_EVERY);
      look = work.look();
    }
    return look;
  }

  private static String token() {
    return "kp" + TOKENS.incrementAndGet() + "x";
  }

  /** Neither a sleep nor a condition: just the time between two looks. */
  private static void pause(Duration time) throws InterruptedException {
    boolean _ = new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() throws InterruptedException {
    lane.close();
  }
}
