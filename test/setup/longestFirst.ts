import { BaseSequencer, type TestSpecification } from "vitest/node";

const LONG = /\/test\/node\/core\/(rooms|thousand|taskFaults|frameLayer|consensus\/model)\.test\.ts$/;

/**
 * Without times of an earlier run Vitest goes by the size of files. These are small and take long: begun last, they
 * would leave the other processors idle.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean => LONG.test(moduleId.replaceAll("\\", "/"));
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
