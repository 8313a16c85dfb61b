package io.weir.gateway;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.weir.platform.usage.KeyBudget;

@AnalyzeClasses(packages = "io.weir.gateway", importOptions = ImportOption.DoNotIncludeTests.class)
final class WallsTest {
  @ArchTest
  static final ArchRule PURE_STEPS_STAY_PURE =
      noClasses()
          .that()
          .resideInAPackage("io.weir.gateway.pipeline..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                      "io.weir.gateway.provider..",
                      "io.weir.gateway.upstream..",
                      "io.weir.gateway.completion..",
                      "io.weir.gateway.http..",
                      "io.weir.gateway.handler..",
                      "io.weir.gateway.config..",
                      "io.weir.messaging..",
                      "io.weir.platform..",
                      "java.net..",
                      "java.nio.file..",
                      "org.apache.hc..",
                      "io.helidon..",
                      "io.micrometer..",
                      "org.slf4j..")
                  // What finds secrets, tells where JSON is wrong and says what a key may use is
                  // as pure as the steps.
                  .and(
                      not(
                          resideInAnyPackage(
                              "io.weir.messaging.secret..", "io.weir.platform.json..")))
                  .and(not(type(KeyBudget.class))))
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.time.Clock");

  @ArchTest
  static final ArchRule ONLY_ONE_ROOM_HAS_AN_HTTP_CLIENT =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.weir.gateway.upstream")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.hc..", "okhttp3..", "okio..", "java.net.http..");

  @ArchTest
  static final ArchRule ONLY_THE_HTTP_ROOM_KNOWS_THE_SERVER =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.weir.gateway.http")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.helidon..");

  @ArchTest
  static final ArchRule NOBODY_KNOWS_THE_BROKERS_CLIENT_OR_A_DATABASE =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.nats..", "com.mongodb..", "org.bson..");

  @ArchTest
  static final ArchRule NO_OTHER_SERVICE_IS_KNOWN =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.weir.review..", "io.weir.entity..", "io.weir.enricher..");

  @ArchTest
  static final ArchRule NOBODY_READS_THE_ENVIRONMENT_OR_SLEEPS =
      noClasses()
          .should()
          .callMethod(System.class, "getenv")
          .orShould()
          .callMethod(System.class, "getenv", String.class)
          .orShould()
          .callMethod(Thread.class, "sleep", long.class)
          .orShould()
          .callMethod(Thread.class, "sleep", java.time.Duration.class);

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("io.weir.gateway.(*)..").should().beFreeOfCycles();
}
