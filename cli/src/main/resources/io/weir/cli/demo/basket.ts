interface Item {
  name: string;
  price: number;
  count: number;
}

export function sum(items: Item[]): number {
  var total = 0;
  const currency = "EUR";
  for (const item of items) {
    total += item.price * item.count;
  }
  return total;
}

export function find(items: Item[], wanted: any): Item | undefined {
  return items.find((item) => item.name == wanted);
}

export function isFree(item: Item): boolean {
  return item.price === item.price;
}
