/**
 * Who asks for something that is being read just then shares the next read of it with all others who
 * came meanwhile. So an answer never comes from a read that began before it was asked for.
 */
export function sharingNext<T>(read: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const underWay = new Map<string, Promise<unknown>>();
  const next = new Map<string, Promise<T>>();

  async function readAfter(key: string, before: Promise<unknown> | undefined): Promise<T> {
    await before;
    next.delete(key);
    const value = read(key);
    const isOver = value.then(ignore, ignore);
    underWay.set(key, isOver);
    void isOver.then(() => underWay.get(key) === isOver && underWay.delete(key));
    return value;
  }

  return (key) => {
    const shared = next.get(key) ?? readAfter(key, underWay.get(key));
    next.set(key, shared);
    return shared;
  };
}

const ignore = () => undefined;
