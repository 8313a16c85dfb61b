package io.weir.review;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.weir.review", importOptions = ImportOption.DoNotIncludeTests.class)
class WallsTest {
  @ArchTest
  static final ArchRule the_pipeline_is_pure =
      noClasses()
          .that()
          .resideInAPackage("..review.pipeline..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                      "io.weir.review.store..",
                      "io.weir.review.http..",
                      "io.weir.review.remote..",
                      "io.weir.review.handler..",
                      "io.weir.review.config..",
                      "io.weir.messaging..",
                      "io.weir.platform..",
                      "io.helidon..",
                      "com.mongodb..",
                      "org.bson..",
                      "org.slf4j..",
                      "java.io..",
                      "java.net..",
                      "java.nio.file..")
                  // The form of an answer, and what finds secrets, are as pure as the steps.
                  .and(
                      not(
                          resideInAnyPackage(
                              "io.weir.platform.llm.answer..", "io.weir.messaging.secret.."))));

  @ArchTest
  static final ArchRule mongodb_stays_in_the_store =
      noClasses()
          .that()
          .resideOutsideOfPackage("..review.store..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.mongodb..", "org.bson..");

  @ArchTest
  static final ArchRule nobody_reads_the_environment_or_sleeps =
      noClasses()
          .should()
          .callMethod(System.class, "getenv")
          .orShould()
          .callMethod(System.class, "getenv", String.class)
          .orShould()
          .callMethod(Thread.class, "sleep", long.class);

  @ArchTest
  static final ArchRule rooms_have_no_cycles =
      slices().matching("io.weir.review.(*)..").should().beFreeOfCycles();
}
