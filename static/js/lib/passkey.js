/** Passkeys of this device, by the JSON of WebAuthn. */

export function knowsPasskeys() {
  return Boolean(globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON);
}

/** Throws when the person stopped it, or the device has no such passkey: browsers do not tell which. */
export async function makePasskey({ publicKey }) {
  return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) });
}

/** As `makePasskey`. */
export async function usePasskey({ publicKey }) {
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
}
