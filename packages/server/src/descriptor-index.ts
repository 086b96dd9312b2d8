import {
  type DescEnum,
  type DescFile,
  type DescMessage,
  type DescService,
  toBinary,
} from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";

/**
 * Finds the descriptors of files by their name and by what they declare, for clients that know only an
 * address.
 */
export class DescriptorIndex {
  /** Full names of the services, in order. */
  readonly serviceNames: readonly string[];
  readonly #byName = new Map<string, DescFile>();
  readonly #bySymbol = new Map<string, DescFile>();
  readonly #messages = new Set<string>();
  readonly #encoded = new Map<DescFile, Uint8Array>();

  constructor(services: readonly DescService[]) {
    this.serviceNames = services.map(({ typeName }) => typeName).sort();
    for (const { file } of services) this.#add(file);
  }

  /** The file of this name and all that it imports, encoded; undefined when there is none. */
  byFilename(name: string): Uint8Array[] | undefined {
    return this.#withImports(this.#byName.get(name));
  }

  /**
   * The file that declares a service, method, type, field or value of this full name, and all that it
   * imports.
   */
  bySymbol(symbol: string): Uint8Array[] | undefined {
    // Some tools put a dot in front of a full name.
    return this.#withImports(this.#bySymbol.get(symbol.startsWith(".") ? symbol.slice(1) : symbol));
  }

  hasMessage(typeName: string): boolean {
    return this.#messages.has(typeName);
  }

  #withImports(file: DescFile | undefined): Uint8Array[] | undefined {
    if (file === undefined) return undefined;
    const seen = new Set<DescFile>();
    const files: DescFile[] = [];
    const visit = (visited: DescFile): void => {
      if (seen.has(visited)) return;
      seen.add(visited);
      visited.dependencies.forEach(visit);
      files.push(visited);
    };
    visit(file);
    // The one that was asked for comes first, and each before what it imports.
    return files.reverse().map((each) => this.#encode(each));
  }

  #encode(file: DescFile): Uint8Array {
    const encoded = this.#encoded.get(file);
    if (encoded !== undefined) return encoded;
    const bytes = toBinary(FileDescriptorProtoSchema, file.proto);
    this.#encoded.set(file, bytes);
    return bytes;
  }

  #add(file: DescFile): void {
    if (this.#byName.has(file.proto.name)) return;
    this.#byName.set(file.proto.name, file);
    file.dependencies.forEach((dependency) => {
      this.#add(dependency);
    });
    for (const type of nestedTypes(file)) {
      this.#bySymbol.set(type.typeName, file);
      if (type.kind === "message") this.#messages.add(type.typeName);
      for (const member of membersOf(type)) this.#bySymbol.set(member, file);
    }
  }
}

function membersOf(type: DescMessage | DescEnum | DescService | { readonly kind: "extension" }): string[] {
  switch (type.kind) {
    case "service":
      return type.methods.map(({ name }) => `${type.typeName}.${name}`);
    case "message":
      return [...type.fields, ...type.oneofs].map(({ name }) => `${type.typeName}.${name}`);
    case "enum": {
      // Values stand beside their enum, not in it.
      const scope = type.typeName.slice(0, type.typeName.lastIndexOf(".") + 1);
      return type.values.map(({ name }) => scope + name);
    }
    case "extension":
      return [];
  }
}
